/**
 * Names that processes find each other by: task queues, workflow ids, message names.
 *
 * Ensures: no value here is personal; all of it stands in plain text in Temporal.
 */
export const taskQueues = {
  incidents: 'incidents',
  impact: 'impact',
  payments: 'payments',
  letters: 'letters',
} as const;

/** The update, signals and query that cross from people into workflows. */
export const messages = { command: 'command', nudge: 'nudge', board: 'board' } as const;

/** Workflow ids of an incident and its children, readable in the Temporal UI. */
export const workflowIds = {
  incident: (incidentId: string) => incidentId,
  desk: (incidentId: string) => `${incidentId}/desk`,
  gate: (incidentId: string, gateId: string) => `${incidentId}/gate/${gateId}`,
  freezeWatch: (incidentId: string) => `${incidentId}/freeze-watch`,
  paging: (incidentId: string) => `${incidentId}/paging`,
  updates: (incidentId: string) => `${incidentId}/updates`,
  clocks: (incidentId: string) => `${incidentId}/clocks`,
  scan: (incidentId: string) => `${incidentId}/scan`,
  settlement: (incidentId: string, version: number) => `${incidentId}/settle/${String(version)}`,
  letters: (incidentId: string, stage: string) => `${incidentId}/letters/${stage}`,
  liveCheck: (incidentId: string) => `${incidentId}/live-check`,
  returns: (incidentId: string) => `${incidentId}/follow-up/returns`,
} as const;

/** Pages of the people track, in order, and those of the service track. */
export const stages = [
  'freezing',
  'declaring',
  'gathering',
  'recomputing',
  'acknowledging',
  'planning',
  'deciding',
  'settling',
  'reconciling',
  'reviewing',
  'closed',
] as const;
export type Stage = (typeof stages)[number];
