import { row } from '../problem-row';

/** What courses may answer that is no success. */
export const COURSE_PROBLEMS = {
  'reviews-not-allowed': row(
    409,
    ['후기를 받지 않는 코스', '이 코스에는 후기를 남길 수 없습니다. 대신 댓글을 남겨 주세요.'],
    ['Reviews not allowed', 'The host takes no reviews of this course. You can comment on it.'],
  ),
  'already-reviewed': row(
    409,
    ['이미 작성한 후기', '이 코스에는 이미 후기를 남기셨습니다. 후기는 코스마다 한 번만 남길 수 있습니다.'],
    ['Already reviewed', 'You have reviewed this course already; there is one review of each customer.'],
  ),
  'course-unavailable': row(
    503,
    ['데이트 코스 일시 불가', '지금은 데이트 코스 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Courses unavailable', 'Date courses cannot be served right now. Try again in a moment.'],
    5,
  ),
};
