import { z } from 'zod';
import * as allocations from '../../contracts/allocation-wire';
import { serviceFailure } from '../../contracts/allocation-service';
import * as holds from '../../contracts/hold-wire';
import * as register from '../../contracts/register-wire';
import { holdToken, identifier } from '../../contracts/wire-text';
import { documentOf, type Operation, type Service } from './document';

const health = z.strictObject({ ok: z.literal(true) });
const investorsAnswer = z.strictObject({ investors: z.int().nonnegative() });

const schemas = {
  Health: health,
  Failure: z.looseObject({
    error: z.looseObject(serviceFailure.shape.error.shape),
  }),
  Investors: allocations.investorsRequest,
  InvestorsAnswer: investorsAnswer,
  AllocationRequest: allocations.allocationRequest,
  Allocation: allocations.allocationAnswer,
  AllocationsPage: allocations.allocationsPage,
  PreviewRequest: allocations.previewRequest,
  Preview: allocations.previewAnswer,
  ProbeRequest: allocations.probeRequest,
  Probe: allocations.probeAnswer,
  State: holds.serviceState,
  HoldRequest: holds.holdRequest,
  Hold: holds.holdAnswer,
  HoldLookup: holds.holdLookup,
  Lift: holds.liftAnswer,
  DeployRequest: holds.deployRequest,
  Deployed: holds.deployAnswer,
  RegisterRequest: register.registerRequest,
  Register: register.registerAnswer,
  TransferRequest: register.transferRequest,
  Transfer: register.transferAnswer,
  ActionRequest: register.actionRequest,
  Action: register.actionAnswer,
} satisfies Record<string, z.ZodType>;

const token = { in: 'path', name: 'token', schema: holdToken } as const;
const deal = { in: 'path', name: 'deal', schema: identifier } as const;
const key = { in: 'path', name: 'key', schema: z.string().min(1).max(200) } as const;
const digits = (lengthMax: number) => z.string().regex(new RegExp(`^\\d{1,${String(lengthMax)}}$`));
const signed = ['INSTANCE_KEY_MISSING', 'KEY_REUSED', 'DEAL_HELD'] as const;
const badSignature = { 401: ['SIGNATURE_INVALID'] } as const;

const allocating: readonly Operation[] = [
  {
    route: 'PUT /investors',
    id: 'putInvestors',
    summary: 'Announces who may ask for allocations, all or nothing.',
    body: 'Investors',
    answers: { 200: { says: 'how many were written', schema: 'InvestorsAnswer' } },
  },
  {
    route: 'POST /allocations',
    id: 'allocate',
    summary: 'Allocates a deal by the live version, unless anybody holds the service or the deal.',
    body: 'AllocationRequest',
    answers: {
      200: { says: 'what was recorded before under this id', schema: 'Allocation' },
      201: { says: 'recorded', schema: 'Allocation' },
    },
    refusals: {
      400: ['INVESTOR_UNKNOWN'],
      409: ['DEAL_EXISTS', 'DEAL_HELD'],
      503: ['ALLOCATIONS_FROZEN'],
    },
  },
  {
    route: 'GET /allocations',
    id: 'allocationsSince',
    summary: 'What was allocated after a place in the order.',
    parameters: [
      { in: 'query', name: 'since', schema: digits(9).default('0') },
      { in: 'query', name: 'limit', schema: digits(4).default('100') },
    ],
    answers: { 200: { says: 'a page, by seq', schema: 'AllocationsPage' } },
  },
  {
    route: 'POST /preview',
    id: 'preview',
    summary: 'Past deals under any rule of the catalogue, without effect; goes on while frozen.',
    body: 'PreviewRequest',
    answers: { 200: { says: 'what the rule gives', schema: 'Preview' } },
  },
  {
    route: 'POST /probe',
    id: 'probe',
    summary: 'A made-up deal by the live version, recorded as none; goes on while frozen.',
    body: 'ProbeRequest',
    answers: { 200: { says: 'what the live version gives', schema: 'Probe' } },
  },
  {
    route: 'GET /export/{file}',
    id: 'exportHistory',
    summary: 'The history as a file of an import.',
    parameters: [
      {
        in: 'path',
        name: 'file',
        schema: z.enum(['deals.csv', 'investors.csv', 'commitments.csv']),
      },
      { in: 'query', name: 'upTo', schema: digits(9).default('999999999') },
    ],
    answers: { 200: { says: 'CSV with its header', media: 'text/csv' } },
  },
];

const holding: readonly Operation[] = [
  {
    route: 'GET /state',
    id: 'state',
    summary: 'What is live and what is held, without any token.',
    answers: { 200: { says: 'the state', schema: 'State' } },
  },
  {
    route: 'POST /holds',
    id: 'placeHold',
    summary: 'Freezes the service, or holds one deal. After the answer nothing is added.',
    body: 'HoldRequest',
    answers: {
      200: { says: 'the hold that stands already', schema: 'Hold' },
      201: { says: 'placed', schema: 'Hold' },
    },
  },
  {
    route: 'GET /holds/{token}',
    id: 'lookUpHold',
    summary: 'Whether a hold stands.',
    parameters: [token],
    answers: { 200: { says: 'the hold', schema: 'HoldLookup' } },
    refusals: { 404: ['HOLD_UNKNOWN'] },
  },
  {
    route: 'DELETE /holds/{token}',
    id: 'liftHold',
    summary: 'Lifts exactly this hold; others go on standing.',
    parameters: [token],
    answers: { 200: { says: 'lifted, now or before', schema: 'Lift' } },
    refusals: { 404: ['HOLD_UNKNOWN'] },
  },
  {
    route: 'POST /deploy',
    id: 'deploy',
    summary: 'Makes a rule live under a label; while frozen, by the token of a service hold.',
    parameters: [{ in: 'header', name: 'Makewhole-Hold', schema: holdToken }],
    body: 'DeployRequest',
    answers: {
      200: { says: 'live already', schema: 'Deployed' },
      201: { says: 'live now', schema: 'Deployed' },
    },
    refusals: {
      404: ['HOLD_UNKNOWN'],
      409: ['HOLD_LIFTED', 'RULE_VERSION_TAKEN'],
      503: ['ALLOCATIONS_FROZEN'],
    },
  },
];

const registering: readonly Operation[] = [
  {
    route: 'PUT /register/{deal}',
    id: 'fillRegister',
    summary: 'Who holds what of a deal that has no register yet.',
    parameters: [deal],
    body: 'RegisterRequest',
    answers: {
      200: { says: 'filled so before', schema: 'Register' },
      201: { says: 'filled', schema: 'Register' },
    },
    refusals: { 409: ['REGISTER_EXISTS'] },
  },
  {
    route: 'GET /register/{deal}',
    id: 'register',
    summary: 'Who holds what of a deal; the units sum to what was issued.',
    parameters: [deal],
    answers: { 200: { says: 'the register', schema: 'Register' } },
    refusals: { 404: ['REGISTER_UNKNOWN'] },
  },
  {
    route: 'POST /transfers',
    id: 'transfer',
    summary: 'Moves units by a signed instrument, once for its key.',
    body: 'TransferRequest',
    answers: {
      200: { says: 'moved before', schema: 'Transfer' },
      201: { says: 'moved', schema: 'Transfer' },
    },
    refusals: {
      ...badSignature,
      400: ['INSTRUMENT_MALFORMED'],
      404: ['REGISTER_UNKNOWN'],
      409: [...signed, 'UNITS_SHORT', 'CURRENCY_OTHER'],
    },
  },
  {
    route: 'GET /transfers/{key}',
    id: 'lookUpTransfer',
    summary: 'The transfer confirmed under a key.',
    parameters: [key],
    answers: { 200: { says: 'confirmed', schema: 'Transfer' } },
    refusals: { 404: ['TRANSFER_UNKNOWN'] },
  },
  {
    route: 'POST /deals/{deal}/actions',
    id: 'passDealAction',
    summary: 'Whether a closing, wire, distribution or transfer may go on; records that it did.',
    parameters: [deal],
    body: 'ActionRequest',
    answers: { 201: { says: 'passed', schema: 'Action' } },
    refusals: {
      ...badSignature,
      400: ['INSTRUMENT_MALFORMED'],
      409: [...signed, 'INSTRUMENT_OTHER'],
    },
  },
];

const allocator: Service = {
  title: 'Makewhole allocation service',
  description:
    'The service an incident freezes; docs/guard.md says how to put the same guard before another.',
  url: 'http://127.0.0.1:4100',
  schemas,
  failure: 'Failure',
  everywhere: {
    400: ['INPUT_INVALID'],
    413: ['INPUT_INVALID'],
    415: ['INPUT_INVALID'],
    500: ['UNEXPECTED'],
    503: ['STATE_UNREADABLE'],
  },
  operations: [
    ...allocating,
    ...holding,
    ...registering,
    {
      route: 'GET /healthz',
      id: 'health',
      summary: 'Whether the program runs, also while its database is down.',
      answers: { 200: { says: 'it does', schema: 'Health' } },
    },
  ],
};

/** The OpenAPI document of the allocation service. Units: money and units as decimal strings. */
export const allocatorDocument = (): Record<string, unknown> => documentOf(allocator);
