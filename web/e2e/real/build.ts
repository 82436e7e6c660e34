import { execFileSync } from 'node:child_process';
import { launcher, pageBuild } from './places';

/** Once, with the caller's own home: the tests run in empty ones, where every build would begin with a download. */
export default function build(): void {
  execFileSync(launcher, ['--version'], { stdio: 'inherit' });
  execFileSync(pageBuild, { stdio: 'inherit' });
}
