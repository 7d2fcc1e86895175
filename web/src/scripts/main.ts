// Small comforts on pages that work without any of them.

export {};
