import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export const launcher = `${root}logist`;
export const pageBuild = `${root}eng/web.sh`;
/** Where traces and pictures are left; never under the page's sources, which would look changed. */
export const artifacts = `${root}artifacts/web`;
