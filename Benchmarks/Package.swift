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

// Programs that measure parts of Heatsink, in a package of their own, so that a build of the product leaves them out.
let package = Package(
    name: "heatsink-benchmarks",
    dependencies: [
        .package(name: "heatsink", path: "..")
    ],
    targets: [
        .executableTarget(
            name: "works-benchmark",
            dependencies: [.product(name: "WorkRegistry", package: "heatsink")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "watermark-benchmark",
            dependencies: [.product(name: "Watermarking", package: "heatsink")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "safety-benchmark",
            dependencies: [
                .product(name: "Imaging", package: "heatsink"),
                .product(name: "Inference", package: "heatsink"),
            ],
            swiftSettings: settings
        ),
    ]
)
