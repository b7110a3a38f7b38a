/** A stylesheet, minified by the build. */
declare module "*.css" {
  const css: string;
  export default css;
}
