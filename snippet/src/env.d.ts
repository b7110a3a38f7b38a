/** Written in by the build. */
declare const OMNI_VERSION: string;
declare const OMNI_UI: string;
