/** The main file of `node-fetch`. Bun puts a fetch of its own in place of the package, which takes no agent. */
declare module 'node-fetch/src/index.js' {
  export { default, type Response } from 'node-fetch';
}
