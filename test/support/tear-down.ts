import { tearDownAll } from './servers';

/** Stops what set-up started. */
export default async function tearDown(): Promise<void> {
  await tearDownAll();
}
