import { floor } from '../floor.js';

floor('limit-read');
