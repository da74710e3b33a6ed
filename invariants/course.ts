import { sqlLaws, type LawSet } from './law';
import { COURSES_AS_TOLD } from './course-told';

/** C2, C4; on the courses' database. */
export const COURSES = sqlLaws('course', [
  {
    id: 'course-counters',
    holds: 'A course has as many likes, bookmarks, comments and reviews as it counts',
    rule: 7,
    breaches: `
      SELECT c.id, format('course %s counts %s %s, and there are %s', c.id, counted.number, counted.what, counted.rows)
        AS breach
      FROM course.courses c CROSS JOIN LATERAL (VALUES
        ('likes', c.likes, (SELECT count(*) FROM course.likes WHERE course_id = c.id)),
        ('bookmarks', c.bookmarks, (SELECT count(*) FROM course.bookmarks WHERE course_id = c.id)),
        ('comments', c.comments, (SELECT count(*) FROM course.comments WHERE course_id = c.id)),
        ('reviews', c.reviews, (SELECT count(*) FROM course.reviews WHERE course_id = c.id))
      ) AS counted (what, number, rows)
      WHERE counted.number <> counted.rows`,
  },
  {
    id: 'course-rating',
    holds: 'A course is rated as its reviews say',
    rule: 7,
    breaches: `
      SELECT c.id, format('course %s is rated %s by %s points, its reviews give %s', c.id, c.rating,
        c.rating_sum, coalesce(sum(r.rating), 0)) AS breach
      FROM course.courses c LEFT JOIN course.reviews r ON r.course_id = c.id
      GROUP BY c.id HAVING c.rating_sum <> coalesce(sum(r.rating), 0)
        OR c.rating <> coalesce(round(avg(r.rating), 1), 0)`,
  },
  {
    id: 'course-search',
    holds: 'Courses that are listed, and no others, are searched, and by what they say',
    rule: 9,
    breaches: `
      SELECT coalesce(c.id, s.course_id) AS id, format('course %s is %s, and searched by %s', coalesce(c.id, s.course_id),
        coalesce(c.status, 'not listed'), coalesce(quote_literal(left(replace(s.text, E'\\n', ' '), 40)), 'nothing')) AS breach
      FROM (SELECT * FROM course.courses WHERE status = 'LISTED') c
      FULL JOIN course.searched s ON s.course_id = c.id
      WHERE s.text IS DISTINCT FROM lower(normalize(c.title || E'\\n' || c.content))`,
  },
]);

export const LAWS: readonly LawSet[] = [COURSES, COURSES_AS_TOLD];
