/** No native libraries in a page. */
export const koffi = () => undefined;
