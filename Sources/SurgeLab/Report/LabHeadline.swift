internal import Charts

/// What a boss asks first, answered in words.
struct LabHeadline: Sendable {
    let report: LabReport

    /// The first says how many got their pictures, under which policy.
    var sentences: [String] {
        guard let ours = report.measures.first else { return ["No policy was run."] }
        guard ours.run.totals.asked > 0 else { return ["Nobody asked for a picture that day."] }
        return [delivered(ours), others, waits(ours), quality(ours), bound(ours), money(ours)]
            .compactMap { $0.map(NumberText.keepingUnits) }
    }

    private func delivered(_ ours: LabMeasures) -> String {
        let asked = Double(ours.run.totals.asked)
        let whole = report.scaleText != nil
        let size = whole ? " (\(NumberText.inWords(asked / report.scale)) at full size)" : ""
        let other = report.measures.dropFirst().first
            .map { "; under \($0.run.policy), on the same fleet: \(NumberText.percent($0.deliveredShare))" }
        return """
            Of \(NumberText.inWords(asked)) \(whole ? "simulated " : "")requests for pictures\(size), \
            \(NumberText.percent(ours.deliveredShare)) were delivered to people who still waited\(other ?? "").
            """
    }

    private var others: String? {
        let parts = report.measures.dropFirst(2).map { "\($0.run.policy) \(NumberText.percent($0.deliveredShare))" }
        return parts.isEmpty ? nil : "Other policies delivered: \(Self.list(Array(parts)))."
    }

    private func waits(_ ours: LabMeasures) -> String? {
        func part(_ p99: Double?, _ pays: Bool, _ name: String) -> String? {
            let plans = ours.run.plans.map(\.plan).filter { report.pays($0) == pays }
            return p99.map { "\(NumberText.duration($0)) for \(name) (\(plans.joined(separator: ", ")))" }
        }
        if ours.payingP99 == nil || ours.freeP99 == nil {
            return (ours.payingP99 ?? ours.freeP99).map { "99 of 100 pictures came within \(NumberText.duration($0))." }
        }
        let parts = [part(ours.payingP99, true, "those who pay"), part(ours.freeP99, false, "those who do not")]
            .compactMap { $0 }
        return parts.isEmpty ? nil : "99 of 100 pictures came within \(Self.list(parts))."
    }

    private func quality(_ ours: LabMeasures) -> String? {
        guard let quality = ours.run.totals.meanQuality else { return nil }
        let refused = ours.run.totals.unserved["refused"] ?? 0
        let no =
            refused == 0
            ? "nobody was left with a no" : "\(NumberText.percent(ours.refusedShare)) of the requests ended with a no"
        return "The mean quality was \(NumberText.decimal(quality, 2)) of 1; \(no)."
    }

    private func bound(_ ours: LabMeasures) -> String? {
        guard let most = report.boundShare, let share = ours.ofBound else { return nil }
        return """
            Nobody could have delivered more than \(NumberText.percent(most)), even knowing the whole day beforehand: \
            this is \(NumberText.percent(share)) of that.
            """
    }

    private func money(_ ours: LabMeasures) -> String? {
        guard ours.run.totals.dollars > 0 else { return nil }
        let each = ours.run.totals.dollarsPerThousandPictures
            .map { ", \(NumberText.money($0)) for a thousand pictures" }
        let dollars = ours.run.totals.dollars
        let whole = report.scaleText != nil
        let size = whole ? " (\(NumberText.money(dollars / report.scale)) at full size)" : ""
        return "The fleet cost \(NumberText.money(dollars))\(size)\(each ?? "")."
    }

    static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return "\(parts.dropLast().joined(separator: ", ")) and \(last)"
    }
}
