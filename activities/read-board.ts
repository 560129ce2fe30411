import type { Activities, BoardCounts } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import { parseInput } from './fail';
import type { Stages } from './ports/stages';

/** The figures of the board, all of one moment. Units: totals as decimal strings per currency. */
export const readBoard = ({ stages }: { stages: Stages }) =>
  async function readBoard(input): Promise<BoardCounts> {
    return stages.board(parseInput(ofIncident, input).incidentId);
  } satisfies Activities['readBoard'];
