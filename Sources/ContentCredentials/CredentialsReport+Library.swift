internal import Foundation

extension CredentialsReport {
    /// Codes of the specification (section "Validation") that say: changed after it was signed.
    private static let signsOfTampering = [
        "assertion.dataHash.mismatch", "assertion.boxesHash.mismatch", "assertion.bmffHash.mismatch",
        "assertion.hashedURI.mismatch", "assertion.missing", "claimSignature.mismatch", "ingredient.manifest.mismatch",
        "ingredient.claimSignature.mismatch", "ingredient.hashedURI.mismatch",
    ]

    /// - Parameter isOwn: asked only where it can be.
    init(_ report: LibraryReport, isOwn: () -> Bool) {
        findings = report.failures.map(Finding.init)
        verdict = Self.verdict(of: report.state, codes: Set(findings.map(\.code)))
        manifest = report.manifest.map(Manifest.init)
        self.isOwn = (verdict == .trusted || verdict == .valid) && manifest?.statement != nil && isOwn()
    }

    private static func verdict(of state: LibraryReport.State?, codes: Set<String>) -> Verdict {
        switch state {
        case .trusted: return .trusted
        case .valid: return .valid
        case .invalid, nil: break
        }
        if !codes.isDisjoint(with: signsOfTampering) { return .tampered }
        // Of a certificate that has ended it is not said, too, that it is not known.
        return codes.subtracting(["signingCredential.untrusted"]) == ["signingCredential.expired"] ? .expired : .invalid
    }

    static let absent = CredentialsReport(verdict: .absent, findings: [], manifest: nil, isOwn: false)

    /// Of a file that only says where its credentials are.
    static let elsewhere = CredentialsReport(
        verdict: .absent,
        findings: [
            Finding(
                code: "manifest.inaccessible",
                explanation: "the credentials are kept elsewhere and were not fetched"
            )
        ],
        manifest: nil,
        isOwn: false
    )

    /// Of credentials that cannot be read.
    static func broken(_ reason: String) -> CredentialsReport {
        let finding = Finding(code: "general.error", explanation: reason)
        return CredentialsReport(verdict: .invalid, findings: [finding], manifest: nil, isOwn: false)
    }
}

extension CredentialsReport.Finding {
    fileprivate init(_ status: LibraryReport.Status) {
        self.init(code: status.code, explanation: status.explanation ?? status.code)
    }
}

extension CredentialsReport.Manifest {
    fileprivate init(_ manifest: LibraryReport.Manifest) {
        self.init(
            title: manifest.title,
            generator: manifest.generators.first.map(CredentialsReport.Software.init),
            signer: manifest.signature.map(CredentialsReport.Signer.init),
            actions: manifest.assertions.flatMap { $0.actions?.actions ?? [] }.map(CredentialsReport.Action.init),
            ingredients: manifest.ingredients.map(CredentialsReport.Ingredient.init),
            statement: manifest.assertions.compactMap(\.statement).first
        )
    }
}

extension CredentialsReport.Software {
    fileprivate init(_ software: LibraryReport.Software) {
        self.init(name: software.name, version: software.version)
    }
}

extension CredentialsReport.Signer {
    fileprivate init(_ signature: LibraryReport.Signature) {
        self.init(
            name: signature.commonName,
            organisation: signature.issuer,
            serialNumber: signature.serialNumber,
            date: signature.time.flatMap { try? Date($0, strategy: .iso8601) }
        )
    }
}

extension CredentialsReport.Action {
    fileprivate init(_ action: LibraryReport.Action) {
        self.init(
            name: action.action,
            sourceType: action.sourceType,
            software: action.softwareAgent.map(CredentialsReport.Software.init),
            date: action.when.flatMap { try? Date($0, strategy: .iso8601) }
        )
    }
}

extension CredentialsReport.Ingredient {
    fileprivate init(_ ingredient: LibraryReport.Ingredient) {
        self.init(
            title: ingredient.title,
            relationship: ingredient.relationship,
            hasCredentials: ingredient.activeManifest != nil,
            findings: (ingredient.results?.activeManifest?.failure ?? []).map(CredentialsReport.Finding.init)
        )
    }
}
