/**
 * What passed and failed over several runs of Jest, by their own reports. A test that was skipped
 * without a listed reason failed, so did a file that could not run, and a suite without a test.
 */
export function countsOf(runs, allowedSkips) {
  const complaints = [];
  let [passed, failed] = [0, 0];
  const complain = (text) => {
    complaints.push(text);
    failed += 1;
  };
  for (const { name, code, report } of runs) {
    if (report === undefined) {
      complain(`${name}: the runner wrote no report (exit code ${code})`);
      continue;
    }
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    for (const suite of report.testResults) {
      const skipped = suite.assertionResults.filter(({ status }) => isUnrun(status));
      for (const { fullName } of skipped) {
        if (!(fullName in allowedSkips)) complain(`skipped without a listed reason: ${fullName}`);
      }
      if (suite.status === 'failed' && !suite.assertionResults.some(isFailed)) {
        complain(`could not run: ${suite.name}: ${firstLineOf(suite.message)}`);
      }
    }
    const known = report.numFailedTests > 0 || complaints.length > 0;
    if (code !== 0 && !known) complain(`${name}: the runner ended with exit code ${code}`);
  }
  if (passed + failed === 0) complain('no test ran: expected at least one');
  return { passed, failed, complaints };
}

const isUnrun = (status) => status === 'pending' || status === 'todo' || status === 'skipped';
const isFailed = ({ status }) => status === 'failed';
const firstLineOf = (text) =>
  text
    .split('\n')
    .find((line) => line.trim() !== '')
    ?.trim() ?? '';
