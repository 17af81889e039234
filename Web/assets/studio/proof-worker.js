// The work is done beside the page, so that nothing stutters while a guest is let in.
import { solve } from './sha256.js';

self.onmessage = ({ data }) => self.postMessage(solve(data.challenge, data.bits));
