// How the console is built, served while developing, and tested.
// The built page gets a content security policy: it may talk to its own origin and nothing else.
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
].join('; ');

const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
      injectTo: 'head-prepend',
    },
  ],
};

const PLATFORM = 'http://127.0.0.1:8080';
const ROUTES = ['/processes', '/instances', '/tasks', '/documents', '/market', '/_local', '/_aws'];

export default defineConfig({
  base: './',
  plugins: [react(), contentSecurityPolicy],
  server: { proxy: Object.fromEntries(ROUTES.map((route) => [route, PLATFORM])) },
  build: { target: 'es2022', chunkSizeWarningLimit: 700 },
  test: {
    projects: [
      { test: { name: 'logic', include: ['tests/**/*.test.ts'], exclude: ['tests/page/**', 'tests/journey/**'] } },
      {
        test: {
          name: 'page',
          include: ['tests/page/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'journey',
          include: ['tests/journey/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
