// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

// A package of its own, so that the product does not depend on the benchmark library. `Sources/SurgeCore` is a link to the
// product's: this measures the same files.
let package = Package(
    name: "core-benchmarks",
    dependencies: [
        .package(url: "https://github.com/ordo-one/benchmark.git", exact: "1.38.1", traits: [])
    ],
    targets: [
        .target(name: "SurgeCore", swiftSettings: settings, linkerSettings: [.linkedLibrary("m")]),
        .executableTarget(
            name: "Scheduling",
            dependencies: ["SurgeCore", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/Scheduling",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)
