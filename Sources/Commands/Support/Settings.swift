internal import Configuration
internal import Foundation
internal import Gateway
internal import Imaging
internal import Inference
internal import Records
internal import Service
internal import SurgeCore
internal import Yams

/// Everything that can be configured, from a file, the environment and flags; the later of them wins.
struct Settings: Sendable {
    var host = "127.0.0.1"
    var port = 8080
    var dataFolder = "data"
    var modelsFolder = ""
    var webFolder = ""
    var openVINO = OpenVINOSettings()
    var imageLimits = ImageLimits()
    var service = JobService.Configuration()
    var gateway = Gateway.Configuration()
    var rights = RightsSettings()
    var shutdownSeconds = 20.0
    /// A file with the token that `/metrics` asks for; empty: it asks for none.
    var metricsTokenFile = ""
    /// What a picture of the null model takes; below 0: there is no such model.
    var nullSeconds = -1.0
    var policy = "fair"
    var logLevel = "info"
    var logFormat = "text"

    /// A setting as it is in force, for `heatsink check`.
    struct Entry: Hashable, Sendable, Encodable {
        let key: String
        let value: String
        let isDefault: Bool
    }

    /// In the order of the documentation.
    private(set) var entries: [Entry] = []
    /// What is wrong, in words that name the key and the remedy.
    private(set) var problems: [String] = []

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - file: a YAML file; nil: none.
    ///   - flags: what the command line says, by key.
    ///   - environment: variables; `http.port` is `HEATSINK_HTTP_PORT`.
    init(
        file: String?,
        flags: [String: String] = [:],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async {
        var providers: [any ConfigProvider] = [
            InMemoryProvider(
                name: "flags",
                values: Dictionary(
                    uniqueKeysWithValues: flags.map {
                        (AbsoluteConfigKey(ConfigKey($0.key)), ConfigValue(.string($0.value), isSecret: false))
                    }
                )
            ),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "heatsink"),
        ]
        var fileKeys: [String] = []
        if let file {
            do {
                let text = try String(contentsOfFile: file, encoding: .utf8)
                let tree = try Yams.load(yaml: text)
                // The provider takes no file without a setting; for us it is one that leaves everything as it is.
                if let tree, !(tree is NSNull) {
                    let location = ConfigReader(
                        provider: InMemoryProvider(values: ["filePath": ConfigValue(.string(file), isSecret: false)])
                    )
                    providers.append(try await FileProvider<YAMLSnapshot>(config: location))
                }
                fileKeys = Self.keys(of: tree, under: "")
                problems += Self.lists(in: tree, under: "").map { "\($0): a list is no value here; write a single one" }
            } catch {
                problems.append("the configuration file \(file) cannot be read: \(error)")
            }
        }
        var reader = SettingsReader(ConfigReader(providers: providers))
        read(from: &reader, fileKeys: fileKeys)
        entries = reader.entries
        problems += reader.problems
        let known = Set(entries.map(\.key))
        for key in fileKeys where !known.contains(key) {
            problems.append("\(key): there is no such setting; `heatsink check` lists all of them")
        }
        modelsFolder = modelsFolder.isEmpty ? Self.find("Models") : modelsFolder
        gateway.webFolder = webFolder.isEmpty ? Self.find("Web") : webFolder
    }

    /// Every plan's settings: the four that there are by default, and those that the file names beside them.
    private mutating func readPlans(_ reader: inout SettingsReader, fileKeys: [String]) {
        let named = Set(
            fileKeys.filter { $0.hasPrefix("plans.") }.compactMap { $0.split(separator: ".").dropFirst().first }
        )
        let own = named.map(String.init).filter { name in !service.plans.contains { $0.name == name } }.sorted()
        for name in own {
            do {
                service.plans.append(Plan(name: try SettingShape.identifier(name)))
            } catch {
                reader.note(problem: "plans: \(error.sentence)")
            }
        }
        for index in service.plans.indices {
            let name = service.plans[index].name
            for field in PlanSettings.Field.allCases {
                reader.plan("plans.\(name).\(field.rawValue)", field, &service.plans[index])
            }
            if let problem = service.plans[index].problem { reader.note(problem: "plans.\(name): \(problem)") }
        }
    }

    private mutating func read(from reader: inout SettingsReader, fileKeys: [String]) {
        reader.text("http.host", &host, SettingShape.host)
        reader.integer("http.port", &port, in: 0...65_535)
        reader.optionalText("http.public-url", &gateway.publicURL, SettingShape.origin)
        reader.seconds("http.silence-seconds", &gateway.silenceSeconds, in: 0.1...600)
        reader.seconds("http.heartbeat-seconds", &gateway.heartbeatSeconds, in: 0.1...600)
        reader.seconds("http.orphan-grace-seconds", &service.orphanGraceSeconds, in: 0...3_600)
        reader.seconds("http.upload-seconds", &gateway.uploadSeconds, in: 1...86_400)
        reader.seconds("http.head-seconds", &gateway.connectionTimes.headSeconds, in: 0.1...600)
        reader.seconds("http.idle-seconds", &gateway.connectionTimes.idleSeconds, in: 0.1...86_400)
        reader.seconds("http.stall-seconds", &gateway.connectionTimes.stallSeconds, in: 0.1...3_600)
        reader.integer("http.most-connections", &gateway.connectionLimits.most, in: 1...1_000_000)
        reader.integer(
            "http.most-connections-per-address",
            &gateway.connectionLimits.mostPerAddress,
            in: 1...1_000_000
        )
        reader.integer("http.trusted-proxies", &gateway.trustedProxies, in: 0...16)
        reader.text("metrics.host", &gateway.metricsHost, SettingShape.host)
        reader.integer("metrics.port", &gateway.metricsPort, in: 0...65_535)
        reader.text("metrics.token-file", &metricsTokenFile, SettingShape.path)
        reader.text("data.directory", &dataFolder, SettingShape.path)
        var leastFree = Int(service.leastFreeBytes >> 20)
        reader.integer("data.least-free-mib", &leastFree, in: 0...1_048_576)
        service.leastFreeBytes = Int64(leastFree) << 20
        readUploads(&reader)
        reader.text("web.directory", &webFolder, SettingShape.path)
        reader.flag("web.reload", &gateway.webReloads)
        reader.text("models.directory", &modelsFolder, SettingShape.path)
        reader.text("models.default", &gateway.defaultModel, SettingShape.identifier)
        reader.integer("inference.threads", &openVINO.threads, in: 0...1_024)
        reader.integer("inference.streams", &openVINO.streams, in: 1...64)
        reader.integer("inference.batch", &service.stepSlots, in: 1...64)
        reader.choice("inference.precision", &openVINO.precision)
        var budget = openVINO.memoryBudgetBytes >> 20
        reader.integer("inference.memory-budget-mib", &budget, in: 16...1_048_576)
        openVINO.memoryBudgetBytes = budget << 20
        var megapixels = imageLimits.maximumPixels / 1_000_000
        reader.integer("images.megapixels", &megapixels, in: 1...1_000)
        imageLimits.maximumPixels = megapixels * 1_000_000
        var pictureMemory = imageLimits.maximumDecodingBytes >> 20
        reader.integer("images.memory-budget-mib", &pictureMemory, in: 16...1_048_576)
        imageLimits.maximumDecodingBytes = pictureMemory << 20
        reader.seconds("inference.null-seconds", &nullSeconds, in: -1...600)
        readPlans(&reader, fileKeys: fileKeys)
        readVisitors(&reader)
        rights.read(&reader)
        reader.text("scheduling.policy", &policy, oneOf: ["fair", "first-come"])
        service.features = policy == "fair" ? .all : .firstCome
        reader.integer("jobs.attempts", &service.attempts, in: 1...100)
        var hours = service.keepSeconds / 3_600
        reader.seconds("jobs.keep-hours", &hours, in: 0.01...100_000)
        service.keepSeconds = hours * 3_600
        reader.seconds("records.settlement-days", &service.retention.settlementDays, in: 2...100_000)
        reader.seconds("records.decision-days", &service.retention.decisionDays, in: 2...100_000)
        reader.seconds("records.revoked-key-days", &service.retention.revokedKeyDays, in: 2...100_000)
        reader.seconds("records.made-days", &service.retention.madeDays, in: 2...100_000)
        var minutes = gateway.linkSeconds / 60
        reader.integer("pictures.link-minutes", &minutes, in: 1...1_000_000)
        gateway.linkSeconds = minutes * 60
        reader.seconds("shutdown.seconds", &shutdownSeconds, in: 0...3_600)
        reader.text(
            "log.level",
            &logLevel,
            oneOf: ["trace", "debug", "info", "notice", "warning", "error", "critical"]
        )
        reader.text("log.format", &logFormat, oneOf: ["text", "json"])
        // Two more than the runtime has streams: while one picture is painted, one is got ready and one is finished.
        service.workers = openVINO.streams + 2
    }

    /// What files may take that were sent and whose fate is open.
    private mutating func readUploads(_ reader: inout SettingsReader) {
        gateway.uploads.leastFreeBytes = service.leastFreeBytes
        var (account, address) = (gateway.uploads.bytesOfAccount >> 20, gateway.uploads.bytesOfAddress >> 20)
        reader.integer("uploads.account-mib", &account, in: 1...1_048_576)
        reader.integer("uploads.address-mib", &address, in: 1...1_048_576)
        (gateway.uploads.bytesOfAccount, gateway.uploads.bytesOfAddress) = (account << 20, address << 20)
    }

    /// Guests, sessions, shares, and what the control room is told.
    private mutating func readVisitors(_ reader: inout SettingsReader) {
        var guests = "on"
        reader.text("guests.allowed", &guests, oneOf: ["on", "off"])
        var guestPlan = gateway.guestPlan ?? "guest"
        let plans = service.plans.map(\.name)
        reader.text("guests.plan", &guestPlan, oneOf: plans)
        gateway.guestPlan = guests == "on" ? guestPlan : nil
        reader.text("guests.member-plan", &gateway.memberPlan, oneOf: plans)
        reader.integer("guests.accounts-per-address-per-hour", &gateway.guestAccountsPerHour, in: 1...1_000_000)
        reader.integer("guests.pictures-per-address-per-day", &gateway.guestPicturesPerDay, in: 1...1_000_000)
        reader.integer("guests.calm-per-minute", &gateway.calmGuestsPerMinute, in: 1...1_000_000)
        reader.integer("sessions.days", &gateway.sessionDays, in: 1...400)
        reader.integer("shares.days", &gateway.shareDays, in: 1...3_650)
        reader.seconds("cost.per-device-hour", &gateway.pricePerDeviceHour, in: 0...1_000_000)
        reader.text("cost.currency", &gateway.currency, SettingShape.currency)
    }

    /// A folder in the working folder, or beside the program's source tree, or beside the program.
    private static func find(_ name: String) -> String {
        let manager = FileManager.default
        var candidates = [name]
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        for _ in 0..<5 {
            candidates.append(folder.appendingPathComponent(name).path)
            folder.deleteLastPathComponent()
        }
        return candidates.first { manager.fileExists(atPath: $0) } ?? name
    }

    private static func lists(in node: Any?, under prefix: String) -> [String] {
        if node is [Any] { return [prefix] }
        guard let map = node as? [String: Any] else { return [] }
        return map.keys.sorted().flatMap { lists(in: map[$0], under: prefix.isEmpty ? $0 : "\(prefix).\($0)") }
    }

    private static func keys(of node: Any?, under prefix: String) -> [String] {
        guard let map = node as? [String: Any] else { return prefix.isEmpty ? [] : [prefix] }
        return map.keys.sorted().flatMap { keys(of: map[$0], under: prefix.isEmpty ? $0 : "\(prefix).\($0)") }
    }
}

/// Reads one setting after the other, remembers what it found and what is wrong.
struct SettingsReader {
    private let reader: ConfigReader
    private(set) var entries: [Settings.Entry] = []
    private(set) var problems: [String] = []

    init(_ reader: ConfigReader) {
        self.reader = reader
    }

    mutating func text(_ key: String, _ value: inout String, oneOf allowed: [String]? = nil) {
        var found: String? = self.found(key)
        if let text = found, let allowed, !allowed.contains(text) {
            problems.append("\(key): '\(text)' is none of \(allowed.joined(separator: ", "))")
            found = nil
        }
        value = found ?? value
        note(key, value, isDefault: found == nil)
    }

    /// - Parameter shape: what the value must look like.
    mutating func text(
        _ key: String,
        _ value: inout String,
        _ shape: (String) throws(SettingShape.Problem) -> String
    ) {
        var found: String? = value
        optionalText(key, &found, shape)
        value = found ?? value
    }

    mutating func optionalText(
        _ key: String,
        _ value: inout String?,
        _ shape: (String) throws(SettingShape.Problem) -> String
    ) {
        let found: String? = self.found(key)
        // Nothing, written down, is the default where that is nothing.
        if let found, !found.isEmpty || value?.isEmpty == false {
            do {
                value = try shape(found)
            } catch {
                problems.append("\(key): \(error.sentence)")
            }
        }
        note(key, value ?? "", isDefault: found == nil)
    }

    mutating func flag(_ key: String, _ value: inout Bool) {
        var text = value ? "on" : "off"
        self.text(key, &text, oneOf: ["on", "off"])
        value = text == "on"
    }

    mutating func choice<Choice>(_ key: String, _ value: inout Choice)
    where Choice: RawRepresentable<String> & CaseIterable {
        var text = value.rawValue
        self.text(key, &text, oneOf: Choice.allCases.map(\.rawValue))
        value = Choice(rawValue: text) ?? value
    }

    mutating func integer(_ key: String, _ value: inout Int, in range: ClosedRange<Int>) {
        let text: String? = found(key)
        let number = text.flatMap { $0.hasPrefix("+") ? nil : Int($0) }
        if let text, number.map(range.contains) != true {
            problems.append("\(key): '\(text)' is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        } else {
            value = number ?? value
        }
        note(key, "\(value)", isDefault: text == nil)
    }

    mutating func seconds(_ key: String, _ value: inout Double, in range: ClosedRange<Double>) {
        let text: String? = found(key)
        let number = text.flatMap { SettingShape.isPlainNumber($0) ? Double($0) : nil }
        if let text, number.map(range.contains) != true {
            problems.append("\(key): '\(text)' is not a number from \(range.lowerBound) to \(range.upperBound)")
        } else {
            value = number ?? value
        }
        note(key, "\(value)", isDefault: text == nil)
    }

    mutating func plan(_ key: String, _ field: PlanSettings.Field, _ plan: inout Plan) {
        let text: String? = found(key)
        if let text, let problem = PlanSettings.set(field, to: text, of: &plan) {
            problems.append("\(key): \(problem)")
        }
        note(key, PlanSettings.text(field, of: plan), isDefault: text == nil)
    }

    mutating func note(problem: String) { problems.append(problem) }

    /// The value as text, whichever type its source gave it.
    private func found(_ key: String) -> String? {
        let name = ConfigKey(key)
        if let text = reader.string(forKey: name) { return text }
        if let number = reader.int(forKey: name) { return String(number) }
        if let number = reader.double(forKey: name) { return String(number) }
        if let flag = reader.bool(forKey: name) { return String(flag) }
        return nil
    }

    private mutating func note(_ key: String, _ value: String, isDefault: Bool) {
        entries.append(Settings.Entry(key: key, value: value, isDefault: isDefault))
    }
}
