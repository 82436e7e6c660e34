import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fakeApi } from './dev';

export default defineConfig({
  base: '/ui/',
  plugins: [react(), fakeApi()],
  server: { host: '127.0.0.1', port: 7421, strictPort: true },
});
