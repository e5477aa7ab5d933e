/** What VitePress says of its search box to assistive programs, mended: it is a dialog with a combobox and a list of options. */

const file = 'theme-default/components/VPLocalSearchBox.vue';

/** Parts of its template, each of which occurs once, and what takes their place. */
const mended = [
  // It was a button with a text field, more buttons and a list in it.
  [
    `role="button"
      :aria-owns="results?.length ? 'localsearch-list' : undefined"
      aria-expanded="true"
      aria-haspopup="listbox"
      aria-labelledby="localsearch-label"`,
    `role="dialog" aria-modal="true" aria-labelledby="localsearch-label"`,
  ],
  [
    'aria-autocomplete="both"',
    `role="combobox" aria-autocomplete="list" aria-haspopup="listbox" :aria-expanded="results?.length ? 'true' : 'false'"`,
  ],
  // An option had a link in it, which cannot be reached there. The link is the option, and its text its name.
  [
    `:id="'localsearch-item-' + index"
            :aria-selected="selectedIndex === index ? 'true' : 'false'"
            role="option"`,
    'role="none"',
  ],
  [
    `:aria-label="[...p.titles, p.title].join(' > ')"`,
    `:id="'localsearch-item-' + index" role="option" :aria-selected="selectedIndex === index ? 'true' : 'false'"`,
  ],
  ['<span class="title-icon">', '<span class="title-icon" aria-hidden="true">'],
  // Only a role lets a key have a name of its own.
  ...['navigateUp', 'navigateDown', 'select', 'close'].map((key) => [
    `<kbd :aria-label="translate('modal.footer.${key}KeyAriaLabel')">`,
    `<kbd role="img" :aria-label="translate('modal.footer.${key}KeyAriaLabel')">`,
  ]),
];

/** A plugin of Vite that applies this, and fails where VitePress has changed what it replaces. */
export const mendSearchBox = () => ({
  name: 'mend-search-box',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith(file)) return undefined;
    return mended.reduce((text, [part, put]) => {
      if (text.split(part).length !== 2) throw new Error(`${file} has changed: ${part}`);
      return text.replace(part, () => put);
    }, code);
  },
});
