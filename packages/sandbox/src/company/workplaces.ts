/** Where the company works. Phone numbers are from ranges that the countries keep for fiction, where they do. */
export const CITIES = [
  { name: 'Berlin', team: 'berlin', phone: (n: number) => `+49 30 23125 ${three(n)}` },
  { name: 'Lyon', team: 'lyon', phone: (n: number) => `+33 4 65 71 ${two(n / 100)} ${two(n)}` },
  { name: 'Gdańsk', team: 'gdansk', phone: (n: number) => `+48 58 500 0${three(n)}` },
  { name: 'Manchester', team: 'manchester', phone: (n: number) => `+44 161 496 0${three(n)}` },
  { name: 'Toronto', team: 'toronto', phone: (n: number) => `+1 416 555 0${three(n)}` },
  { name: 'Ōsaka', team: 'osaka', phone: (n: number) => `+81 6 7878 0${three(n)}` },
] as const

export interface Department {
  /** As `departmentNumber` has it: a tag in Zendesk. */
  readonly key: string
  readonly name: string
  readonly titles: readonly [string, ...string[]]
  readonly costCenter: string
}

export const CUSTOMER_CARE: Department = {
  key: 'customer-care',
  name: 'Customer Care',
  titles: ['Customer Care Specialist', 'Senior Customer Care Specialist', 'Product Adviser'],
  costCenter: 'CC-4100',
}

export const OTHER_DEPARTMENTS: readonly [Department, ...Department[]] = [
  { key: 'sales', name: 'Sales', titles: ['Account Manager', 'Store Manager', 'Sales Analyst'], costCenter: 'CC-2100' },
  {
    key: 'marketing',
    name: 'Marketing',
    titles: ['Copywriter', 'Brand Manager', 'Photographer'],
    costCenter: 'CC-2200',
  },
  { key: 'finance', name: 'Finance', titles: ['Accountant', 'Controller', 'Payroll Clerk'], costCenter: 'CC-1100' },
  { key: 'people', name: 'People & Culture', titles: ['Recruiter', 'HR Partner'], costCenter: 'CC-1200' },
  {
    key: 'warehouse',
    name: 'Warehouse',
    titles: ['Shift Leader', 'Logistics Planner', 'Packer'],
    costCenter: 'CC-3100',
  },
  { key: 'it', name: 'IT', titles: ['Systems Engineer', 'Developer', 'Identity Engineer'], costCenter: 'CC-5100' },
  { key: 'product', name: 'Product', titles: ['Tent Designer', 'Textile Engineer', 'Buyer'], costCenter: 'CC-5200' },
]

/** Nobody of the board asks the support for help: they are in no group that Zendesk's users come from. */
export const BOARD: Department = { key: 'board', name: 'Board', titles: ['Member of the Board'], costCenter: 'CC-0001' }

export const COMPANY = 'Tindra Outdoor'
/** Zendesk knows the first as an organization, and not the second. */
export const AGENCIES = { known: 'Nordlicht Services', unknown: 'Hightower Staffing' } as const

function three(n: number): string {
  return String(n % 1000).padStart(3, '0')
}

function two(n: number): string {
  return String(Math.floor(n) % 100).padStart(2, '0')
}
