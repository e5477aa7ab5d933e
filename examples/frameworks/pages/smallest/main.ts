import '@angular/compiler';
import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { mount } from 'svelte';
import { createApp } from 'vue';
import { Mode as ModeInAngular } from './mode.angular.js';
import { Mode as ModeInLit } from './mode.lit.js';
import { Mode as ModeInReact } from './mode.js';
import ModeInSvelte from './Mode.svelte';
import ModeInVue from './Mode.vue';

const place = (name: string): Element => {
  const element = document.getElementById(name);
  if (element === null) throw new Error(`the page has no place for ${name}`);
  return element;
};

createRoot(place('react')).render(createElement(ModeInReact));
createApp(ModeInVue).mount(place('vue'));
mount(ModeInSvelte, { target: place('svelte') });
bootstrapApplication(ModeInAngular, { providers: [provideZonelessChangeDetection()] }).catch(console.error);
customElements.define('lit-mode', ModeInLit);
