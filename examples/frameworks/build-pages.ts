import { fileURLToPath } from 'node:url';
import babel from '@rolldown/plugin-babel';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import react, { reactCompilerPreset } from '@vitejs/plugin-react';
import vue from '@vitejs/plugin-vue';
import { build } from 'vite';

const top = new URL('../../../', import.meta.url);
const root = fileURLToPath(new URL('examples/frameworks/pages', top));
const outDir = fileURLToPath(new URL('dist/examples/frameworks/pages', top));

export const frameworks = ['react', 'vue', 'svelte', 'angular', 'lit'] as const;

/** Builds a page with each framework, and one of the smallest components, as their own plugins do by default; gives the folder that they are in. */
export const buildPages = async (): Promise<string> => {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [
      react(),
      babel({ presets: [reactCompilerPreset()], exclude: [/angular/, /^\0rolldown/] }),
      vue(),
      svelte({ configFile: false }),
    ],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rolldownOptions: { input: ['smallest', ...frameworks].map((name) => `${root}/${name}/index.html`) },
    },
  });
  return outDir;
};
