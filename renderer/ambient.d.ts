declare module '*.module.css' {
  /** The class names of the module; a test checks that every name that is used is there. */
  const css: Readonly<Record<string, string>>;
  export default css;
}
declare module '*.css';

/** Put in by the build (`build/window-build.js`). */
declare const __CONTRACT_VERSION__: number;
declare const __CONTRACT_SCHEMA__: string;
declare const __READING_CALLS__: readonly string[];
