import { mount } from 'svelte';
import EmbedApp from './EmbedApp.svelte';
import './app.css';

const target = document.getElementById('app');
if (target) mount(EmbedApp, { target });
