/** A webpack loader: puts one text in the place of another. */
module.exports = function replaceInSource(source) {
  const { find, replace } = this.getOptions();
  return source.replace(find, () => replace);
};
