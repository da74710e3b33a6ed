-- Run once, by the image, when its volume is new. The provider simulator stands for another company.
CREATE DATABASE haru_psp;
