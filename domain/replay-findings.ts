import type { Finding } from './certificate-findings';
import type { Certificate } from './certify';
import { sameAverage } from './asks';
import type { ReplayedLine } from './replay';

/** What replaying a deal finds; safe for JSON. */
export type ReplayFinding =
  | Finding
  | {
      /** A recorded average does not follow from recorded history. Units: major units. */
      readonly kind: 'basis-mismatch';
      readonly people: readonly {
        readonly investorId: string;
        readonly averageRecorded: string;
        readonly averageFollowing: string;
      }[];
    }
  | {
      /** The right share moves once earlier deals are put right. Units: minor units. */
      readonly kind: 'contamination';
      readonly people: readonly {
        readonly investorId: string;
        readonly asRecordedMinor: string;
        readonly asShouldHaveBeenMinor: string;
      }[];
    };

/** Gathers what is to be said of a replayed deal: its certificate's findings, then its bases'. */
export function replayFindings(
  lines: readonly ReplayedLine[],
  recorded: Certificate,
): ReplayFinding[] {
  const mismatched = lines.filter(
    (line) => !sameAverage(line.averageRecorded, line.averageFollowing),
  );
  const contaminated = lines.filter((line) => line.asRecorded !== line.asShouldHaveBeen);
  const ofBases: ReplayFinding[] = [
    {
      kind: 'basis-mismatch',
      people: mismatched.map(({ investorId, averageRecorded, averageFollowing }) => {
        return { investorId, averageRecorded, averageFollowing };
      }),
    },
    {
      kind: 'contamination',
      people: contaminated.map(({ investorId, asRecorded, asShouldHaveBeen }) => {
        const asRecordedMinor = String(asRecorded);
        return { investorId, asRecordedMinor, asShouldHaveBeenMinor: String(asShouldHaveBeen) };
      }),
    },
  ];
  return [...recorded.findings, ...ofBases.filter(({ people }) => people.length > 0)];
}
