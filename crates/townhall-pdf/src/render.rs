//! Pictures of pages.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use hayro_interpret::kurbo::Affine;
use hayro_interpret::{InterpreterSettings, TransformExt};

use crate::document::Document;
use crate::error::PdfError;
use crate::limits::{PIXELS_MAX, SIDE_MAX};

/// A picture of a page.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// How many pixels a point has.
    pub scale: f64,
    /// The picture as PNG.
    pub png: Vec<u8>,
}

impl Document {
    /// Draws a page, counted from 1, turned clockwise by so many degrees (those of [`crate::Page::turn`]). `scale` is how many pixels a
    /// point has; less is taken where the picture would be too large.
    ///
    /// # Errors
    ///
    /// When there is no such page, or it can't be drawn.
    pub fn render(&self, number: usize, turn: u16, scale: f64) -> Result<Picture, PdfError> {
        let (pixmap, scale) = self.draw(number, turn, scale)?;
        let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
        let png = pixmap.into_png().map_err(|_| PdfError::Page { page: number })?;
        Ok(Picture { width, height, scale, png })
    }

    /// The pixels of a page, and how many of them a point has.
    pub(crate) fn draw(&self, number: usize, turn: u16, scale: f64) -> Result<(Pixmap, f64), PdfError> {
        let pages = self.pdf().pages();
        let page = number.checked_sub(1).and_then(|at| pages.get(at));
        let page = page.ok_or(PdfError::NoSuchPage { page: number, pages: pages.len() })?;
        let drawn = catch_unwind(AssertUnwindSafe(|| {
            let (width, height) = page.render_dimensions();
            let (width, height) =
                (f64::from(width).clamp(1.0, SIDE_MAX), f64::from(height).clamp(1.0, SIDE_MAX));
            let most =
                (PIXELS_MAX as f64 / (width * height)).sqrt().min(f64::from(u16::MAX) / width.max(height));
            let scale = scale.clamp(0.05, most.max(0.05));
            let (turned, out_width, out_height) = match turn {
                90 => (Affine::new([0.0, 1.0, -1.0, 0.0, height, 0.0]), height, width),
                180 => (Affine::new([-1.0, 0.0, 0.0, -1.0, width, height]), width, height),
                270 => (Affine::new([0.0, -1.0, 1.0, 0.0, 0.0, width]), height, width),
                _ => (Affine::IDENTITY, width, height),
            };
            let transform = Affine::scale(scale) * turned * page.initial_transform(true).to_kurbo();
            let pixels = |length: f64| (length * scale).ceil().clamp(1.0, f64::from(u16::MAX)) as u16;
            let mut context = RenderContext::new(pixels(out_width), pixels(out_height));
            let settings = InterpreterSettings::default();
            render_into(
                page,
                &RenderCache::new(),
                &settings,
                &RenderSettings::default(),
                &mut context,
                transform,
            );
            context.flush();
            let mut pixmap = Pixmap::new(context.width(), context.height());
            let rasterizer =
                RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..RasterizerSettings::default() };
            context.render_with(&mut pixmap, &mut Resources::default(), rasterizer);
            (pixmap, scale)
        }));
        drawn.map_err(|_| PdfError::Page { page: number })
    }
}
