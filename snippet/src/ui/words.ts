/** The few words that are ours, in the visitor's language. */

export type Words = [close: string, owned: string, copy: string, left: string, language: string];

const WORDS: Record<string, string> = {
  en: "Close|I already have this|Copy|Ends in|en",
  vi: "Đóng|Tôi đã có rồi|Sao chép|Còn|vi",
  th: "ปิด|ฉันมีอยู่แล้ว|คัดลอก|เหลือเวลา|th",
};

/** `vi-VN` is `vi`; a language without words of ours is English. */
export const wordsOf = (locale: string) => (WORDS[locale.slice(0, 2)] || WORDS.en!).split("|") as Words;
