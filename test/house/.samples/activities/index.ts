export { harmless } from './inexact-money';
