/// The forms that a Russian name takes inside a sentence: "в стиле Климта", "с Гарри Поттером".
enum RussianForms {
    /// The name in each case, as far as its words can be declined; without the name itself.
    static func of(_ name: String) -> [String] {
        let words = name.split(separator: " ").map(String.init)
        let declined = words.map(forms)
        let count = declined.map(\.count).max() ?? 0
        return (0..<count).map { index in
            zip(words, declined).map { word, forms in
                forms.isEmpty ? word : forms[min(index, forms.count - 1)]
            }.joined(separator: " ")
        }
    }

    private static func forms(_ word: String) -> [String] {
        guard let last = word.unicodeScalars.last, (0x0400...0x04FF).contains(last.value) else { return [] }
        if word.hasSuffix("ий") || word.hasSuffix("ый") {
            return ["ого", "ому", "им", "ом"].map { word.dropLast(2) + $0 }
        }
        switch last {
        case "а": return ["ы", "и", "у", "ой", "е"].map { word.dropLast() + $0 }
        case "я": return ["и", "ю", "ей", "е"].map { word.dropLast() + $0 }
        case "ь", "й": return ["я", "ю", "ем", "е"].map { word.dropLast() + $0 }
        case "о", "е", "ё", "и", "у", "ю", "э", "ы": return []
        default: return ["а", "у", "ом", "е", "ы", "ов"].map { word + $0 }
        }
    }
}
