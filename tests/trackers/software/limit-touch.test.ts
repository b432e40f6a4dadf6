import { floor } from '../floor.js';

floor('limit-touch');
