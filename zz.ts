import { contractSchemaHash } from './shared/contract/schema-hash.ts';
console.log(contractSchemaHash());
