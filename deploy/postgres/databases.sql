-- Run once, by the image, when its volume is new. The provider simulator stands for another company.
CREATE DATABASE haru_psp;
-- Haru's processes work as this role: it owns nothing, and may see who is connected and since when.
CREATE ROLE haru_app LOGIN PASSWORD 'haru_app';
GRANT pg_read_all_stats TO haru_app;
