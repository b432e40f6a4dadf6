import { floor } from '../floor.js';

floor('null');
