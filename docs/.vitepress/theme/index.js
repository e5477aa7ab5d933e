import theme from 'vitepress/theme';
import FirstPage from './FirstPage.vue';
import ScenarioPlayground from './ScenarioPlayground.vue';
import './style.css';

export default {
  extends: theme,
  enhanceApp: ({ app }) => app.component('FirstPage', FirstPage).component('ScenarioPlayground', ScenarioPlayground),
};
