//! Pictures in shades of grey.

use hayro::vello_cpu::Pixmap;

use super::strokes::{Sizes, Stroke};

/// White, in shades of grey.
const WHITE: u8 = 255;

/// A picture in shades of grey, row by row.
#[derive(Debug, Clone)]
pub struct Plane {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Which pixels of a picture are dark, row by row.
#[derive(Debug, Clone)]
pub struct Dark {
    pub width: usize,
    pub height: usize,
    pixels: Vec<bool>,
}

impl Dark {
    pub fn row(&self, y: usize) -> &[bool] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    pub fn get(&self, x: usize, y: usize) -> bool {
        self.pixels[y * self.width + x]
    }

    pub fn transposed(&self) -> Self {
        let pixels = transposed(&self.pixels, self.width, self.height);
        Self { width: self.height, height: self.width, pixels }
    }
}

impl Plane {
    pub fn of(pixmap: &Pixmap) -> Self {
        // As people see colours (ITU-R BT.601).
        let grey = |[r, g, b]: [u8; 3]| (299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b)) / 1000;
        let pixels =
            pixmap.data_as_u8_slice().chunks_exact(4).map(|rgba| grey([rgba[0], rgba[1], rgba[2]]) as u8);
        Self {
            width: usize::from(pixmap.width()),
            height: usize::from(pixmap.height()),
            pixels: pixels.collect(),
        }
    }

    /// The lightest shade that is dark: the one that parts the pixels into two sorts best (Otsu's method).
    pub fn border(&self) -> u8 {
        let mut counts = [0_u64; 256];
        for pixel in &self.pixels {
            counts[usize::from(*pixel)] += 1;
        }
        let all = self.pixels.len() as f64;
        let sum: f64 = counts.iter().enumerate().map(|(shade, count)| shade as f64 * *count as f64).sum();
        let (mut below, mut sum_below) = (0.0, 0.0);
        let (mut border, mut best) = (0, 0.0);
        for (shade, count) in counts.iter().enumerate() {
            below += *count as f64;
            sum_below += shade as f64 * *count as f64;
            if below == 0.0 || below == all {
                continue;
            }
            let apart = sum_below / below - (sum - sum_below) / (all - below);
            let parted = below * (all - below) * apart * apart;
            if parted > best {
                (border, best) = (shade, parted);
            }
        }
        // Neither the shadows of paper nor the rims of letters are to count.
        u8::try_from(border).unwrap_or(WHITE).clamp(60, 200)
    }

    /// Which pixels are no lighter than a shade.
    pub fn darker_than(&self, border: u8) -> Dark {
        let pixels = self.pixels.iter().map(|pixel| *pixel <= border).collect();
        Dark { width: self.width, height: self.height, pixels }
    }

    /// The same picture turned clockwise around its middle; what comes in at the corners is white.
    pub fn turned(&self, degrees: f64) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (middle_x, middle_y) = (self.width as f64 / 2.0, self.height as f64 / 2.0);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..self.height {
            let dy = y as f64 - middle_y;
            for x in 0..self.width {
                let dx = x as f64 - middle_x;
                pixels.push(self.between(middle_x + cos * dx + sin * dy, middle_y - sin * dx + cos * dy));
            }
        }
        Self { pixels, ..*self }
    }

    /// The shade at a place between pixels.
    fn between(&self, x: f64, y: f64) -> u8 {
        if x < 0.0 || y < 0.0 {
            return WHITE;
        }
        let (left, upper) = (x as usize, y as usize);
        if left + 1 >= self.width || upper + 1 >= self.height {
            return WHITE;
        }
        let (right_share, lower_share) = (x - left as f64, y - upper as f64);
        let at = |x: usize, y: usize| f64::from(self.pixels[y * self.width + x]);
        let mixed = |y: usize| at(left, y) * (1.0 - right_share) + at(left + 1, y) * right_share;
        (mixed(upper) * (1.0 - lower_share) + mixed(upper + 1) * lower_share).round() as u8
    }

    pub fn transposed(&self) -> Self {
        let pixels = transposed(&self.pixels, self.width, self.height);
        Self { width: self.height, height: self.width, pixels }
    }

    /// Takes strokes out, but not what crosses them.
    pub fn erase(&mut self, dark: &mut Dark, strokes: &[Stroke], sizes: Sizes) {
        const RIM: usize = 2;
        for stroke in strokes {
            for x in stroke.from..stroke.to {
                let Some(inside) = (stroke.first..=stroke.last).find(|y| dark.get(x, *y)) else { continue };
                let (mut upper, mut lower) = (inside, inside);
                while upper > 0 && inside - upper <= sizes.thickest && dark.get(x, upper - 1) {
                    upper -= 1;
                }
                while lower + 1 < self.height && lower - inside <= sizes.thickest && dark.get(x, lower + 1) {
                    lower += 1;
                }
                if lower + 1 - upper > sizes.thickest {
                    continue;
                }
                for y in upper.saturating_sub(RIM)..=(lower + RIM).min(self.height - 1) {
                    self.pixels[y * self.width + x] = WHITE;
                    dark.pixels[y * self.width + x] = false;
                }
            }
        }
    }

    /// The picture as PNG.
    pub fn png(&self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let (width, height) = (u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?);
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&self.pixels).ok()?;
        writer.finish().ok()?;
        Some(out)
    }
}

fn transposed<T: Copy>(pixels: &[T], width: usize, height: usize) -> Vec<T> {
    (0..width).flat_map(|x| (0..height).map(move |y| pixels[y * width + x])).collect()
}
