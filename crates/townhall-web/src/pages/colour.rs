//! Colours of a brand, made readable: shades of one colour with the contrast that WCAG 2.2 AA asks for.

/// A colour of the sRGB space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The page in the light.
const LIGHT: Colour = Colour([255, 255, 255]);
/// The lightest surface in the dark on which coloured text stands.
const DARK: Colour = Colour([0x1d, 0x26, 0x33]);

impl Colour {
    /// Reads `#rgb` or `#rrggbb`.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        let wide: String = match digits.len() {
            3 => digits.chars().flat_map(|c| [c, c]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        let value =
            u32::from_str_radix(&wide, 16).ok().filter(|_| wide.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let [_, r, g, b] = value.to_be_bytes();
        Some(Self([r, g, b]))
    }

    /// `#rrggbb`.
    pub fn hex(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// Part of the way to another colour; 0 stays here, 1 is there.
    fn towards(self, other: Self, share: f64) -> Self {
        let mut out = self.0;
        for (channel, to) in out.iter_mut().zip(other.0) {
            let mixed = f64::from(*channel) * (1.0 - share) + f64::from(to) * share;
            *channel = mixed.round().clamp(0.0, 255.0) as u8;
        }
        Self(out)
    }

    /// Relative luminance as WCAG defines it.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0;
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    /// The contrast of two colours, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The nearest shade towards `goal` that reaches a contrast on a ground.
    fn readable(self, ground: Self, goal: Self, contrast: f64) -> Self {
        (0..=50)
            .map(|step| self.towards(goal, f64::from(step) / 50.0))
            .find(|shade| shade.contrast(ground) >= contrast)
            .unwrap_or(goal)
    }
}

/// The style sheet that puts a brand's colour in the place of ours, in the light and in the dark.
pub fn brand_css(primary: Colour) -> String {
    let black = Colour([0, 0, 0]);
    let light = primary.readable(LIGHT, black, 5.2);
    let dark = primary.readable(DARK, LIGHT, 7.0);
    let light_rules = format!(
        "--th-primary:{};--th-primary-dark:{};--th-primary-darker:{};--th-primary-soft:{};--th-link:{};",
        light.hex(),
        light.towards(black, 0.22).hex(),
        light.towards(black, 0.5).hex(),
        light.towards(LIGHT, 0.91).hex(),
        light.hex(),
    );
    let dark_rules = format!(
        "--th-primary:{};--th-primary-dark:{};--th-primary-darker:{};--th-primary-soft:{};--th-link:{};",
        dark.hex(),
        dark.towards(LIGHT, 0.3).hex(),
        light.towards(black, 0.62).hex(),
        light.towards(Colour([0x11, 0x18, 0x22]), 0.72).hex(),
        dark.hex(),
    );
    format!(
        ":root{{{light_rules}}}\n@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark_rules}}}}}\n\
         :root[data-theme=dark]{{{dark_rules}}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_nothing_else_is() {
        assert_eq!(Colour::read("#0b6b6b").unwrap().hex(), "#0b6b6b");
        assert_eq!(Colour::read(" #Fa0 ").unwrap().hex(), "#ffaa00");
        for bad in ["red", "#12", "#12345g", "#+12345", "0b6b6b", "#0b6b6b;}body{display:none"] {
            assert_eq!(Colour::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_brand_can_be_read_in_the_light_and_in_the_dark() {
        for red in (0..=255).step_by(51) {
            for green in (0..=255).step_by(51) {
                for blue in (0..=255).step_by(51) {
                    let css = brand_css(Colour([red, green, blue]));
                    let shades: Vec<Colour> = css
                        .split("--th-primary:")
                        .skip(1)
                        .map(|rest| Colour::read(&rest[..7]).unwrap())
                        .collect();
                    assert!(shades[0].contrast(LIGHT) >= 4.5, "{css}");
                    assert!(shades[1].contrast(DARK) >= 4.5, "{css}");
                }
            }
        }
    }
}
