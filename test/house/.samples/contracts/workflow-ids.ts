// flagged in this file: imports/zod-free-contracts
import { z } from 'zod';

/** The shape of an incident's id. */
export const incidentId = z.string();
