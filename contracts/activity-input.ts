import { z } from 'zod';

/** What every activity of an incident gets: whose, and the workflow's time (no wall clock). */
export const ofIncident = z.object({
  incidentId: z.string().regex(/^INC-\d{4}-\d{4,}$/),
  at: z.iso.datetime(),
});
