import { build } from 'vite';
import config from './vite.config.js';

/** Builds the page of the dashboard; gives the folder that it is in. */
export const buildPage = async (): Promise<string> => {
  await build({ ...config, configFile: false });
  return config.build?.outDir ?? '';
};
