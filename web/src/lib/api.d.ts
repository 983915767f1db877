/** PLACEHOLDER until `npm run types` can read the server's document. */
type Enterprise = {
  tier: 'public' | 'internal'; id: string; revision: number; created_at: string; updated_at: string;
  sample: boolean; name: string; registrations: { kind: string }[]; legal_form?: string | null;
  founded_year?: number | null; kbli: { edition: string; code: string; main: boolean }[];
  sectors: string[]; commodities: string[];
  products: { name: string; commodity?: string | null; capacity?: { min?: number | null; max?: number | null; unit: string; period: string } | null }[];
  region: string; region_name?: string | null; responsible_region?: string | null;
  public_place?: { lon: number; lat: number; precision: string } | null;
  women_led?: boolean | null; contact?: { phone?: string | null; email?: string | null; url?: string | null } | null;
  existence: string; nib?: string | null;
  point?: { lon: number; lat: number; accuracy_m?: number | null; method: string } | null;
  located_in?: { regency?: string | null; district?: string | null } | null; address?: string | null;
  owners?: { name: string; sex?: string | null; phone?: string | null; email?: string | null }[];
  workers?: { male?: number | null; female?: number | null; on?: string | null } | null;
  review?: string; publication?: string; publication_basis?: string | null;
  quality?: { rule: string; severity: string; detail?: string | null }[];
  sources?: { file?: string | null; row?: number | null; sheet?: string | null; at?: string | null }[];
};
export interface components {
  schemas: {
    Enterprise: Enterprise;
    Sector: { code: string; name: string; name_en: string };
    Commodity: { code: string; name: string; name_en: string; sector: string; unit?: string | null; synonyms: string[] };
    Unit: { code: string; name: string; name_en: string };
    Region: { code: string; level: string; name: string; parent?: string | null; lon?: number | null; lat?: number | null };
    Problem: { type: string; title: string; status: number; detail?: string | null; instance?: string | null; request_id?: string | null; errors?: { field?: string | null; code: string; detail: string }[] };
    Session: { access_token: string; token_type: string; expires_in: number; user: { email: string; role: string; area?: string | null } };
  };
}
