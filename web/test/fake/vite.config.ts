import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fakeApi } from './dev';

export default defineConfig({
  base: '/ui/',
  plugins: [react(), fakeApi()],
  // What the launcher serves, too.
  build: { outDir: fileURLToPath(new URL('../../../artifacts/web/dist', import.meta.url)) },
  preview: {
    host: '127.0.0.1',
    port: 7422,
    strictPort: true,
    headers: {
      'Content-Security-Policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; connect-src 'self'; " +
        "img-src 'self' data:; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    },
  },
  server: { host: '127.0.0.1', port: 7421, strictPort: true },
});
