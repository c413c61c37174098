/** Start page, Dataset and Model steps, settings, self-test and glossary in every state. */
export { PAGE_SCENES as scenes } from '../../test/helpers/page-scenes.ts';
