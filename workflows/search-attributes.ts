import { defineSearchAttributeKey } from '@temporalio/common';

/** Whose saga it is, as the Web UI finds it; set at each start. */
export const HARU_CUSTOMER = defineSearchAttributeKey('HaruCustomer', 'KEYWORD');
