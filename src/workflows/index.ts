export { dropPayAccessToken } from './access-token';
export { dropPayPos } from './droppay-pos';
