package crawler

// Scope says how far links are followed from the seeds.
type Scope string

// The scopes.
const (
	ScopePage   Scope = "page"   // the seeds alone
	ScopePrefix Scope = "prefix" // the seed's folder and below
	ScopeHost   Scope = "host"   // the seed's host
	ScopeDomain Scope = "domain" // the seed's registrable domain with all its hosts
	ScopeAny    Scope = "any"    // everywhere
)
