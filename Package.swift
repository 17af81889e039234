// swift-tools-version: 6.2

import PackageDescription

// `make setup` unpacks these libraries here and writes the pkg-config files that SwiftPM reads.
let openVINOLibraries = "\(Context.packageDirectory)/.deps/openvino/libs"
let c2paLibraries = "\(Context.packageDirectory)/.deps/c2pa/libs"

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

/// For targets that call C: every unsafe expression has to say so.
let settingsCallingC = settings + [.strictMemorySafety()]

/// For the laboratory, whose tests play many thousand requests: optimised in debug builds, too.
let settingsOfTheLaboratory = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "heatsink",
    products: [
        .executable(name: "heatsink", targets: ["heatsink"]),
        .executable(name: "rehearsal", targets: ["rehearsal"]),
        .library(name: "SurgeCore", targets: ["SurgeCore"]),
        // For the package in `Benchmarks`, which measures these.
        .library(name: "Imaging", targets: ["Imaging"]),
        .library(name: "Inference", targets: ["Inference"]),
        .library(name: "WorkRegistry", targets: ["WorkRegistry"]),
        .library(name: "Watermarking", targets: ["Watermarking"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-configuration.git", exact: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/jpsim/Yams.git", exact: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
    ],
    targets: [
        // MARK: C libraries
        .systemLibrary(name: "CVipsLibrary", pkgConfig: "heatsink-vips", providers: [.apt(["libvips-dev"])]),
        .systemLibrary(name: "COpenVINO", pkgConfig: "openvino"),
        .systemLibrary(name: "CC2PA", pkgConfig: "c2pa"),
        .target(name: "CVips", dependencies: ["CVipsLibrary"]),
        .target(name: "CISAL", linkerSettings: [.linkedLibrary("isal")]),

        // MARK: The house, ground floor first
        .target(name: "BinaryText", swiftSettings: settings),
        .target(
            name: "SurgeCore",
            swiftSettings: settings,
            // Rounding; Foundation would bring it, but the core does without.
            linkerSettings: [.linkedLibrary("m")]
        ),
        .target(
            name: "Scenarios",
            dependencies: ["SurgeCore", .product(name: "Yams", package: "Yams")],
            resources: [.embedInCode("Days")],
            swiftSettings: settingsOfTheLaboratory
        ),
        .target(name: "Charts", swiftSettings: settings),
        .target(
            name: "SurgeLab",
            dependencies: ["SurgeCore", "Scenarios", "Charts"],
            swiftSettings: settingsOfTheLaboratory
        ),
        .target(name: "Imaging", dependencies: ["CVips", "CISAL"], swiftSettings: settingsCallingC),
        .target(
            name: "Inference",
            dependencies: [
                "BinaryText", "COpenVINO", "Imaging", "SurgeCore",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settingsCallingC,
            linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", openVINOLibraries])]
        ),
        .target(
            name: "PromptPolicy",
            dependencies: [
                "BinaryText",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Presets"), .embedInCode("Rules")],
            swiftSettings: settings
        ),
        .target(name: "WorkRegistry", dependencies: ["BinaryText", "Imaging"], swiftSettings: settingsCallingC),
        .target(
            name: "Watermarking",
            dependencies: ["Imaging", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settingsCallingC
        ),
        .target(
            name: "ContentCredentials",
            dependencies: [
                "BinaryText", "CC2PA", "Imaging",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settingsCallingC,
            linkerSettings: [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", c2paLibraries])]
        ),
        .target(
            name: "Records",
            dependencies: [
                "BinaryText", "SurgeCore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .target(name: "StrictJSON", swiftSettings: settings),
        .target(
            name: "Passkeys",
            dependencies: [
                "BinaryText", "StrictJSON",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Service",
            dependencies: [
                "BinaryText", "SurgeCore", "Imaging", "Inference", "Records",
                "PromptPolicy", "WorkRegistry", "Watermarking", "ContentCredentials",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Gateway",
            dependencies: [
                "BinaryText", "SurgeCore", "Imaging", "Inference", "Passkeys", "Records", "StrictJSON",
                "PromptPolicy", "WorkRegistry", "ContentCredentials", "Service",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources/openapi.json")],
            swiftSettings: settings
        ),
        .target(
            name: "SurgeLoad",
            dependencies: [
                "Scenarios", "Charts",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Commands",
            dependencies: [
                "BinaryText", "SurgeCore", "Scenarios", "SurgeLab", "Imaging", "Inference", "Records",
                "PromptPolicy", "WorkRegistry", "Watermarking", "ContentCredentials", "Service", "Gateway", "SurgeLoad",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "heatsink", dependencies: ["Commands"], swiftSettings: settings),
        .executableTarget(
            name: "rehearsal",
            dependencies: ["SurgeLab", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        .target(
            name: "TestKit",
            dependencies: [
                "SurgeCore", "Imaging", "Inference", "Records", "Service",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),

        // MARK: Tests
        .testTarget(
            name: "SurgeCoreTests",
            dependencies: ["SurgeCore", "SurgeLab", "TestKit"],
            swiftSettings: settings
        ),
        .testTarget(name: "ScenariosTests", dependencies: ["Scenarios", "SurgeCore"], swiftSettings: settings),
        .testTarget(
            name: "SurgeLabTests",
            dependencies: ["Charts", "Scenarios", "SurgeCore", "SurgeLab"],
            swiftSettings: settings
        ),
        .testTarget(name: "ImagingTests", dependencies: ["Imaging", "TestKit"], swiftSettings: settings),
        .testTarget(
            name: "InferenceTests",
            dependencies: ["Imaging", "Inference", "TestKit"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RightsTests",
            dependencies: [
                "Imaging", "PromptPolicy", "WorkRegistry", "Watermarking", "ContentCredentials", "TestKit",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            exclude: ["Credentials/Fixtures", "Policy/Fixtures", "Works/Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON", "TestKit"], swiftSettings: settings),
        .testTarget(
            name: "PasskeysTests",
            dependencies: ["BinaryText", "Passkeys", "TestKit"],
            exclude: ["Fixtures"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RecordsTests",
            dependencies: ["BinaryText", "Records", "TestKit", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "PromptPolicy", "WorkRegistry", "Watermarking", "ContentCredentials", "Service", "TestKit",
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "PromptPolicy", "StrictJSON", "TestKit",
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SurgeLoadTests",
            dependencies: [
                "SurgeLoad", "TestKit",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "ContentCredentials", "Gateway", "Inference", "PromptPolicy", "Records", "Service",
                "TestKit",
            ],
            swiftSettings: settings
        ),
    ]
)
