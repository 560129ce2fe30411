import { spawn } from 'node:child_process';

/** How a program ended: its exit code (null after a signal or a failed start) and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end without a shell; it is killed when it takes longer than allowed. A
 * program that could not be started ends with code null and the reason in stderr.
 *
 * Ensures: never throws, whatever the program does.
 */
export async function runProgram(given: {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
  user?: { uid: number; gid: number } | undefined;
}): Promise<Ended> {
  return new Promise((settle) => {
    const child = spawn(given.command, given.args, {
      env: given.env ?? process.env,
      // Another user may not be allowed to stand in our current folder.
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...given.user,
    });
    // Not spawn's own timeout: that one outlives a program that could not be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), given.timeoutMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const end = (ended: Ended): void => {
      clearTimeout(timer);
      settle(ended);
    };
    child.on('error', (error) => end({ code: null, stdout, stderr: error.message }));
    child.on('close', (code, signal) => {
      const why = signal === null ? '' : `\nended by ${signal}`;
      end({ code, stdout, stderr: `${stderr}${why}` });
    });
  });
}
