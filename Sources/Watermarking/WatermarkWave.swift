/// A carrier and what it says, as the parts of it in phase and a quarter of a cycle later.
struct WatermarkWave {
    let carrier: WatermarkCarriers.Carrier
    let inPhase: Float
    let quadrature: Float
}
