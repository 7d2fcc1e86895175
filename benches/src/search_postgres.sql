create extension if not exists pg_trgm;

create unlogged table dataset (
    id uuid primary key,
    slug text not null,
    title text not null,
    title_sort text not null,
    description text not null,
    keywords text[] not null,
    publisher text not null,
    organization text,
    topics text[] not null,
    columns text not null,
    formats text[] not null,
    license text,
    access_level text not null,
    kind text not null,
    has text[] not null,
    years int[] not null,
    box1 box,
    box2 box,
    span int4range,
    issued bigint,
    modified bigint,
    changed bigint,
    display text not null,
    document tsvector
);
