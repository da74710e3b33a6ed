import { created, type TestClient } from './test-client';
import type { TestStack } from './test-stack';

const YEOUIDO = { title: 'test', content: '여의도', reviewsAllowed: true };

/** A host with date courses. */
export class Courses {
  private constructor(
    readonly stack: TestStack,
    readonly host: TestClient,
  ) {}

  static async open(stack: TestStack, locale: 'ko' | 'en' = 'ko'): Promise<Courses> {
    return new Courses(stack, await stack.signIn({ roles: ['host'], locale }));
  }

  /** @returns its id */
  async register(course: Partial<typeof YEOUIDO> = {}): Promise<string> {
    return created(this.host.post('/v1/courses', { ...YEOUIDO, ...course }));
  }
}
